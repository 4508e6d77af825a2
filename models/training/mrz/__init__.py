"""How the MRZ recogniser was made: drawn OCR-B lines, a small net, framewise cross-entropy.

``python -m models.training.mrz --minutes 45 --seed 0 --out models/weights/mrz_net.onnx``
makes the weights anew; ``requirements.txt`` beside this file pins what it needs, and the OCR-B
fonts come from the Debian package ``fonts-ocr-b`` (see ``render.find_fonts``).

lines.py    the text: MRZ lines of every format, random lines, lines of look-alike characters
atlas.py    each font's glyphs, drawn once
render.py   a line of text to a degraded 32 x 512 crop, with the place of every character
negative.py crops without MRZ text: prose, guilloche, upside-down lines
net.py      the fully convolutional net
train.py    the training loop with checkpoints, and the ONNX export
"""
