Feature: ADD a film to the diary

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian  | year | director          | actors                            | genres        | minutes |
      | Inception |          | 2010 | Christopher Nolan | Leonardo DiCaprio, Elliot Page    | Sci-Fi, Crime | 148     |
      | Jaws      | Lo squalo | 1975 | Steven Spielberg | Roy Scheider                      | Thriller      | 124     |

  Scenario: A film counts in every figure
    When anna adds "Inception" (2010) watched on 2025-01-20 rated 4.5
    Then the statistics of anna are
      | total_watched       | 1                        |
      | rated_count         | 1                        |
      | sum_ratings         | 4.5                      |
      | watch_time_minutes  | 148                      |
      | rating_distribution | {"4_5": 1}               |
      | monthly_counts      | {"2025": {"01": 1}}      |
    And anna has watched the director "Christopher Nolan" 1 time with ratings summing to 4.5
    And anna has watched the actor "Elliot Page" 1 time with ratings summing to 4.5
    And anna has watched the genre "Crime" 1 time with ratings summing to 0

  Scenario: A film without a rating counts as watched
    When anna adds "Inception" (2010) watched on 2025-01-20
    Then the statistics of anna are
      | total_watched       | 1  |
      | rated_count         | 0  |
      | rating_distribution | {} |

  Scenario: A film whose day is unknown counts in the totals and in no month
    When anna adds "Inception" (2010) on an unknown day
    Then the statistics of anna are
      | total_watched      | 1   |
      | watch_time_minutes | 148 |
      | monthly_counts     | {}  |

  Scenario: The Italian title finds the same film
    When anna adds "Lo squalo" (1975) watched on 2025-01-20 rated 5
    Then anna has watched the director "Steven Spielberg" 1 time with ratings summing to 5

  Scenario: A film that no catalogue knows counts without credits
    When anna adds "Our Holiday Tape" (2003) watched on 2025-01-20 rated 3
    Then the statistics of anna are
      | total_watched      | 1 |
      | watch_time_minutes | 0 |

  Scenario: The same film on the same day is refused
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    When anna adds "INCEPTION" (2010) watched on 2025-01-20 rated 5
    Then it is refused because "already in the diary on 2025-01-20"
    And anna has watched 1 film

  Scenario: A request that is sent again is one play, on another day, too
    Given anna adds "Inception" (2010) with the key "k1"
    And anna deletes "Inception"
    And today is 2025-02-11
    When anna adds "Inception" (2010) with the key "k1"
    Then the first answer is given again
    And anna has watched 0 films

  Scenario: A key that was used for another request is refused
    Given anna adds "Inception" (2010) with the key "k1"
    When anna adds "Jaws" (1975) with the key "k1"
    Then it is refused because "This Idempotency-Key was already used for another request"
    And anna has watched 1 film

  Scenario Outline: An impossible value is refused and nothing is stored
    When anna adds "Inception" (2010) watched on <day> rated <rating>
    Then it is refused because "<reason>"
    And anna has watched 0 films

    Examples:
      | day        | rating | reason                              |
      | 2025-01-20 | 5.5    | rating: must be a number from 0.5   |
      | 2025-01-20 | 4.25   | rating: must be a number from 0.5   |
      | 2025-02-11 | 4      | watched_date: must be from          |
      | 1887-12-31 | 4      | watched_date: must be from          |

  Scenario: One user's films are nobody else's
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    When bruno adds "Inception" (2010) watched on 2025-01-20 rated 2
    Then the statistics of anna are
      | total_watched | 1   |
      | sum_ratings   | 4.0 |
