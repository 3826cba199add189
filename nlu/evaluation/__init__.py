"""How well the engines understand: measured on labelled questions, misheard and mistyped ones too.

Nothing of the service uses it; commands and tests do.
"""
