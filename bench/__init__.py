"""What is measured and what is broken on purpose: never part of the tests."""
