Feature: Statistics as they were known on a date

  Scenario: A date shows what the log held then
    Given today is 2025-01-20
    And anna added "Inception" (2010) watched on 2025-01-19 rated 2
    And today is 2025-02-01
    And anna rated "Inception" 4
    And anna added "Heat" (1995) watched on 2025-01-02 rated 5
    When anna asks for the statistics as of 2025-01-31
    Then the answer says
      | total_watched | 1   |
      | sum_ratings   | 2.0 |

  Scenario: A deleted film is still known on the day before
    Given today is 2025-01-20
    And anna added "Inception" (2010) watched on 2025-01-19 rated 2
    And today is 2025-02-01
    And anna deleted "Inception"
    When anna asks for the statistics as of 2025-01-31
    Then the answer says
      | total_watched | 1 |

  Scenario: Before the first event nothing is known
    Given today is 2025-01-20
    And anna added "Inception" (2010) watched on 2024-01-19 rated 2
    When anna asks for the statistics as of 2025-01-19
    Then the answer says
      | total_watched | 0 |
