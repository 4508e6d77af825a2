"""How the parts net was made."""
