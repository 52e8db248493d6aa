"""The page for developers."""
