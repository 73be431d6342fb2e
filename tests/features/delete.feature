Feature: DELETE a film from the diary

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors            | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan | Leonardo DiCaprio | Sci-Fi | 148     |

  Scenario: What the film counted for is taken back
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4.5
    When anna deletes "Inception"
    Then the statistics of anna are
      | total_watched       | 0   |
      | rated_count         | 0   |
      | sum_ratings         | 0.0 |
      | watch_time_minutes  | 0   |
      | rating_distribution | {}  |
      | monthly_counts      | {}  |
    And anna has no director at all

  Scenario: What is taken back is what was counted, whatever the catalogue says by now
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4.5
    And the catalogue lists
      | title     | italian | year | director  | actors | genres | minutes |
      | Inception |         | 2010 | Corrected | Other  | Drama  | 150     |
    When anna deletes "Inception"
    Then the statistics of anna are
      | watch_time_minutes | 0 |
    And anna has no director at all

  Scenario: A re-rated film takes its present rating along
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    And anna rated "Inception" 5
    When anna deletes "Inception"
    Then the statistics of anna are
      | sum_ratings         | 0.0 |
      | rating_distribution | {}  |

  Scenario: A film that is not there can't be deleted
    When anna deletes "Inception"
    Then it is refused because "Inception is not in the diary of anna"

  Scenario: A deleted film can be added again on the same day
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    And anna deleted "Inception"
    When anna adds "Inception" (2010) watched on 2025-01-20 rated 3
    Then the statistics of anna are
      | total_watched | 1   |
      | sum_ratings   | 3.0 |
