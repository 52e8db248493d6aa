"""What every room of the desk stands in: access, the frame of its pages, the desk put together."""
