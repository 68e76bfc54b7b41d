"""Whether an article can be read whole: what the page says, subscriber walls, cut teasers."""
