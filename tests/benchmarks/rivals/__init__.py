"""What is compared: each file makes and asks a local index as its library's documentation does.

The files run in environments of their own and import only their library, the standard library and
numpy; a `.txt` beside a file says what `pip` installs for it. `task.py` is what they share.
"""
