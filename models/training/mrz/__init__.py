"""How the MRZ recogniser was made: drawn OCR-B lines, a small net, framewise cross-entropy.

``python -m models.training.mrz --seed 0 --out FLOAT.onnx`` makes the weights anew
and ``python -m models.training.mrz.evaluate --net FILE`` measures them on strips that no training
draws. ``requirements.txt`` beside this file pins what that needs; the fonts come from the Debian
packages fonts-ocr-b, fonts-ocr-a, fonts-dejavu, fonts-liberation, fonts-courier-prime and
fonts-noto-mono (only the first must be there; see ``atlas.find_fonts``).

recipe.py   phases, batch size, streams of random numbers
lines.py    the text: MRZ lines of every format, random lines, lines of look-alike characters
atlas.py    each font's glyphs, drawn once
chance.py   the dice, and the names of what was thrown
render.py   a line of text, placed in a 32 x 512 crop
paper.py    ink, background, stamps, light
optics.py   blur, noise, binarising, compression
legible.py  whether people could still read the result
labels.py   the class that each frame should answer
negative.py crops without MRZ text: prose, guilloche, upside-down lines
net.py      the fully convolutional net
train.py    the training loop with checkpoints, and the ONNX export
evaluate.py errors by treatment, confusions, reliability
"""
