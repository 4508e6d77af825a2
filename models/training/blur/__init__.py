"""How the blur net was made: rendered faces, spoilt by blur, noise and JPEG in known strength.

    python -m models.training.blur.render --out DIR --first 8000 --count 40
    python -m models.training.blur --people DIR --minutes 20 --out models/weights/blur_net.onnx

render.py    large portraits without JPEG, and where their eyes are
examples.py  from a portrait to what a camera of given resolution makes of it, and the truth
net.py       the convolutional net: one number from a face of 248 x 248 pixels
train.py     the training loop with checkpoints, and the ONNX export
"""
