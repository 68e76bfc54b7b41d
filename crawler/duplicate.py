"""Articles that share their text: sketches, and how two of them relate."""
