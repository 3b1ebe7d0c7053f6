"""What conversations come to: counted day by day, added up for any dates, without anything personal."""
