"""Post taken up (送岗): who took up what, and when."""
