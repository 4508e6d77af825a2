"""The finished portrait: cropped to a format, compressed for a chip, put into a face record."""
