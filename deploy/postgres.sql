-- Beside `callbot`, which holds conversations and the desk: the embedded report system, and Rasa's trackers.
CREATE DATABASE backend OWNER callbot;
CREATE DATABASE rasa OWNER callbot;
