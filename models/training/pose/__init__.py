"""How the pose net was made: rendered heads whose turn is known, and two closed forms.

    python -m models.training.pose.render --out DIR --first 5000 --count 75
    python -m models.training.pose --people DIR --out models/weights/pose_net.onnx

render.py    portraits in drawn poses, light and expressions, with their truth
fit.py       ridge regression on mirror-symmetric features, kernel ridge on what it leaves
__main__.py  landmarks, cross-validation over people, the ONNX graph
"""
