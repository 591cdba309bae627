"""Paper: from a template and its data to PDF.

``press`` has a process of its own set it (``child.py``) and keeps what was made; ``fonts`` finds the fonts. The templates
(``.typ``) are the features' own.
"""
