"""What the layers of dlib's network reach on rendered people: the scales of its int8 form."""
