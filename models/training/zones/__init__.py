"""How the zone net was made: drawn documents on drawn desks, a small net, maps of known places.

``python -m models.training.zones --minutes 40 --seed 0 --out FLOAT.onnx``
makes the weights anew; it needs what ``models/training/mrz/requirements.txt`` pins and the same
fonts.

texts.py    invented lines of zones, and the other print of documents and pages
press.py    strips, blocks and glyphs, drawn once
papers.py   documents seen flat, with the place of their zone
scenes.py   documents on a background, in perspective, in any direction
optics.py   light, lens, sensor, copying, compression
maps.py     what the net is to say: lines, direction, pitch
net.py      the fully convolutional net
train.py    the training loop with checkpoints, and the ONNX export
"""
