Feature: What everybody is watching now

  Scenario: Films and genres of all users are ranked by plays
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan |        | Sci-Fi | 148     |
      | Heat      |         | 1995 | Michael Mann      |        | Crime  | 170     |
    And anna added "Inception" (2010) watched on 2025-02-09 rated 5
    And bruno added "Inception" (2010) watched on 2025-02-08
    And bruno added "Heat" (1995) watched on 2025-02-07
    When the trends are refreshed
    Then the top films are "Inception" 2, "Heat" 1
    And the top genres are "Sci-Fi" 2, "Crime" 1

  Scenario Outline: A film leaves the window 30 days after it was added
    Given today is 2025-01-01
    And anna added "Heat" (1995) watched on 2024-12-31
    When <days> days have passed and the trends are refreshed
    Then the top films are <films>

    Examples:
      | days | films    |
      | 0    | "Heat" 1 |
      | 29   | "Heat" 1 |
      | 30   | nothing  |
      | 31   | nothing  |

  Scenario: A deleted film leaves the day on which it was added
    Given today is 2025-01-01
    And anna added "Heat" (1995) watched on 2024-12-31
    And today is 2025-01-20
    And bruno added "Heat" (1995) watched on 2025-01-19
    And anna deleted "Heat"
    When 0 days have passed and the trends are refreshed
    Then the top films are "Heat" 1

  Scenario: A film watched again counts again
    Given today is 2025-01-10
    And anna added "Heat" (1995) watched on 2025-01-08
    And anna added "Heat" (1995) watched on 2025-01-09
    When the trends are refreshed
    Then the top films are "Heat" 2
