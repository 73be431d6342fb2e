Feature: CORRECT what was said of a film in the diary

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors            | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan | Leonardo DiCaprio | Sci-Fi | 148     |
      | Heat      |         | 1995 | Michael Mann      | Al Pacino         | Crime  | 170     |

  Scenario: It was the day before
    Given anna added "Inception" (2010) watched on 2025-02-01 rated 4
    When anna corrects the day of "Inception" to 2025-01-31
    Then the statistics of anna are
      | total_watched  | 1                   |
      | sum_ratings    | 4.0                 |
      | monthly_counts | {"2025": {"01": 1}} |

  Scenario: Nobody knows the day any more
    Given anna added "Inception" (2010) watched on 2025-02-01 rated 4
    When anna takes the day of "Inception" away
    Then the statistics of anna are
      | total_watched  | 1  |
      | monthly_counts | {} |

  Scenario: It was another film, and its credits move
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna added "Heat" (1995) watched on 2025-01-21 rated 5
    When anna says that "Inception" was "Heat" (1995)
    Then the statistics of anna are
      | total_watched      | 2                   |
      | watch_time_minutes | 340                 |
      | sum_ratings        | 9.0                 |
      | monthly_counts     | {"2025": {"01": 2}} |
    And anna has watched the director "Michael Mann" 2 times with ratings summing to 9.0
    And anna has never watched the director "Christopher Nolan"
    And anna has watched 1 distinct film with 1 rewatch

  Scenario: The trends move from the old film to the new, on the day it was added
    Given anna added "Inception" (2010) watched on 2025-02-09
    And today is 2025-03-01
    And anna said that "Inception" was "Heat" (1995)
    When 0 days have passed and the trends are refreshed
    Then the top films are "Inception" 1
    When 11 days have passed and the trends are refreshed
    Then the top films are nothing

  Scenario: A correction is taken back
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna said that "Inception" was "Heat" (1995)
    When anna takes the correction back
    Then the statistics of anna are
      | watch_time_minutes | 148 |
      | sum_ratings        | 4.0 |
    And anna has watched the director "Christopher Nolan" 1 time with ratings summing to 4.0
    And anna has never watched the director "Michael Mann"

  Scenario: What was rated since stays when a correction is taken back
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna said that "Inception" was "Heat" (1995)
    And anna rated "Inception" 2
    When anna takes the correction back
    Then anna has watched the director "Christopher Nolan" 1 time with ratings summing to 2.0

  Scenario: A corrected film takes off what it counts for when it is deleted
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    And anna said that "Inception" was "Heat" (1995)
    When anna deletes "Inception"
    Then the statistics of anna are
      | total_watched      | 0   |
      | watch_time_minutes | 0   |
      | sum_ratings        | 0.0 |
      | monthly_counts     | {}  |
    And anna has never watched the director "Michael Mann"

  Scenario: Tags change no figure
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    When anna tags "Inception" with "cinema"
    Then the statistics of anna are
      | total_watched | 1   |
      | sum_ratings   | 4.0 |

  Scenario: What is so already is no correction
    Given anna added "Inception" (2010) watched on 2025-01-20 rated 4
    When anna corrects the day of "Inception" to 2025-01-20
    Then nothing was recorded

  Scenario: Two plays of a film are not on one day by mistake
    Given anna added "Inception" (2010) watched on 2025-01-20
    And anna added "Inception" (2010) watched on 2025-01-21
    When anna corrects the day of "Inception" to 2025-01-20
    Then it is refused because "Inception is already in the diary on 2025-01-20"
    And the statistics of anna are
      | total_watched  | 2                   |
      | monthly_counts | {"2025": {"01": 2}} |

  Scenario: A day to come is refused
    Given anna added "Inception" (2010) watched on 2025-01-20
    When anna corrects the day of "Inception" to 2025-02-11
    Then it is refused because "watched_date: must be from 1888-01-01 to today (2025-02-10)"

  Scenario: A film that is not there can't be corrected
    When anna corrects the day of "Inception" to 2025-01-20
    Then it is refused because "Inception is not in the diary of anna"

  Scenario: A date shows what was known then
    Given today is 2025-01-20
    And anna added "Inception" (2010) watched on 2025-01-19 rated 4
    And today is 2025-02-01
    And anna said that "Inception" was "Heat" (1995)
    When anna asks for the statistics as of 2025-01-31
    Then the answer says
      | watch_time_minutes | 148 |
    When anna asks for the statistics as of 2025-02-01
    Then the answer says
      | watch_time_minutes | 170 |
