"""The support desk: a customer's message in, a draft of a cited reply out."""
