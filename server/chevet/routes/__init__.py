"""Transport: check who, decode, call one function, encode."""
