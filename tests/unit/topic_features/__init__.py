"""What another application's records do, told in Gherkin."""
