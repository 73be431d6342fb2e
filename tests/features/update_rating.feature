Feature: UPDATE_RATING of a film in the diary

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors            | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan | Leonardo DiCaprio | Sci-Fi | 148     |

  Scenario: The rating moves from one bin to the other
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    When anna rates "Inception" 4.5
    Then the statistics of anna are
      | total_watched       | 1          |
      | rated_count         | 1          |
      | sum_ratings         | 4.5        |
      | rating_distribution | {"4_5": 1} |
    And anna has watched the director "Christopher Nolan" 1 time with ratings summing to 4.5

  Scenario: A first rating is a rating more
    Given anna added "Inception" (2010) watched on 2025-01-20
    When anna rates "Inception" 3
    Then the statistics of anna are
      | rated_count | 1   |
      | sum_ratings | 3.0 |

  Scenario: A rating can be taken away
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    When anna takes the rating of "Inception" away
    Then the statistics of anna are
      | total_watched       | 1   |
      | rated_count         | 0   |
      | sum_ratings         | 0.0 |
      | rating_distribution | {}  |

  Scenario: The same rating again changes nothing
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    When anna rates "Inception" 2
    Then nothing was recorded
    And the statistics of anna are
      | sum_ratings | 2.0 |

  Scenario: A film that is not there can't be rated
    When anna rates "Inception" 3
    Then it is refused because "Inception is not in the diary of anna"

  Scenario: An impossible rating is refused
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 2
    When anna rates "Inception" 5.5
    Then it is refused because "rating: must be a number from 0.5"
    And the statistics of anna are
      | sum_ratings | 2.0 |
