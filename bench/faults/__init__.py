"""The faults that the resilience bench provokes, a file for each family."""
