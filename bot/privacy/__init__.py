"""What callers have a right to: that data leaves in time, or at once when they ask; shown in the console."""
