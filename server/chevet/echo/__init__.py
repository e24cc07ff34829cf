"""The echo before a call, and the virtual patient: programs of their own, the only ones that use aiortc (F43).

They know nothing of rooms and store. Importing them costs 60 MB: the server never does, it starts them.
"""
