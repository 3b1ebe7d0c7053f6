"""Speech engines: activity detection, recognition, synthesis."""
