"""Everything that a person reads, Chinese beside English, and how it becomes HTML."""
