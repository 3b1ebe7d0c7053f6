"""One command starts and watches over all processes of the callbot."""
