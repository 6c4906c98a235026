"""The bucket as a whole: who may do what in it, how it is set up, and whether it is right."""
