"""What every process has in common with its host: logs, secrets, figures, traces."""
