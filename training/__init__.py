"""Fits the weights of the reader's learned half to the labelled texts of the tests."""
