"""How the shipped weights and coefficients were made; nothing here runs in a verification."""
