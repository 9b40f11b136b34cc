"""Answer -> plain text, Markdown, HTML and JSON."""
