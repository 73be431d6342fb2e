Feature: A rewatch is a play of its own

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors            | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan | Leonardo DiCaprio | Sci-Fi | 148     |

  Scenario: Both plays count, the film once
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    When anna adds "Inception" (2010) watched on 2025-02-03 rated 5
    Then the statistics of anna are
      | total_watched       | 2                            |
      | sum_ratings         | 9.0                          |
      | watch_time_minutes  | 296                          |
      | monthly_counts      | {"2025": {"01": 1, "02": 1}} |
    And anna has watched 1 distinct film with 1 rewatch
    And anna has watched the director "Christopher Nolan" 2 times with ratings summing to 9

  Scenario: Rating by title means the play watched last
    Given anna added "Inception" (2010) watched on 2025-02-03 rated 4
    And anna added "Inception" (2010) watched on 2025-01-20 rated 1
    When anna rates "Inception" 5
    Then the statistics of anna are
      | rating_distribution | {"1": 1, "5": 1} |

  Scenario: Deleting one play leaves the other
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna added "Inception" (2010) watched on 2025-02-03 rated 5
    When anna deletes "Inception"
    Then the statistics of anna are
      | monthly_counts | {"2025": {"01": 1}} |

  Scenario: The entries behind a figure are listed
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna added "Inception" (2010) watched on 2025-02-03 rated 5
    When anna asks what is behind the director "Christopher Nolan"
    Then the answer lists the days 2025-02-03, 2025-01-20
