"""How the parts net was made: rendered people dressed by seed, spoiled into photographs, a U-Net.

It needs what ``models/training/mrz/requirements.txt`` pins and the head data
(``periksa models install head_data``).

render.py    pictures of dressed people with exact label maps, into a folder
examples.py  one of them laid upright as the net sees it, its eyes opened wider
spoil.py     what lies between a rendered face and a photograph
net.py       the net
train.py     the training loop with checkpoints, and the ONNX export
quantise.py  the net in 8-bit integers
"""
