Feature: Import an export of another service

  Background:
    Given today is 2025-02-10
    And the catalogue lists
      | title     | italian | year | director          | actors            | genres | minutes |
      | Inception |         | 2010 | Christopher Nolan | Leonardo DiCaprio | Sci-Fi | 148     |

  Scenario: Good rows go in, bad rows are listed
    When anna imports "diary.csv"
      """
      Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
      2025-01-21,Inception,2010,https://boxd.it/1,4.5,,,2025-01-20
      2025-01-22,,1995,https://boxd.it/2,3,,,2025-01-21
      2025-01-23,Ran,1985,https://boxd.it/3,,,,2025-01-22
      """
    Then 3 rows are read: 2 added, 0 updated, 0 skipped, 1 rejected
    And line 3 is rejected because "name"
    And the statistics of anna are
      | total_watched      | 2                   |
      | watch_time_minutes | 148                 |
      | monthly_counts     | {"2025": {"01": 2}} |

  Scenario: Importing again adds nothing, and a changed rating is an UPDATE_RATING
    Given anna imported "diary.csv"
      """
      Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
      2025-01-21,Inception,2010,https://boxd.it/1,4.5,,,2025-01-20
      2025-01-23,Ran,1985,https://boxd.it/3,,,,2025-01-22
      """
    When anna imports "diary.csv"
      """
      Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
      2025-01-21,Inception,2010,https://boxd.it/1,5,,,2025-01-20
      2025-01-23,Ran,1985,https://boxd.it/3,,,,2025-01-22
      """
    Then 2 rows are read: 0 added, 1 updated, 1 skipped, 0 rejected
    And the statistics of anna are
      | total_watched | 2   |
      | sum_ratings   | 5.0 |

  Scenario Outline: Watched films and the diary give the same whichever comes first
    When anna imports "<first>" and "<second>"
    Then the statistics of anna are
      | total_watched  | 2                   |
      | monthly_counts | {"2025": {"01": 1}} |

    Examples:
      | first       | second      |
      | watched.csv | diary.csv   |
      | diary.csv   | watched.csv |

  Scenario: An import can be undone
    Given anna added "Alien" (1979) watched on 2025-01-05 rated 5
    And anna imported "diary.csv"
      """
      Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
      2025-01-06,Alien,1979,https://boxd.it/1,4,,,2025-01-05
      2025-01-23,Ran,1985,https://boxd.it/3,3,,,2025-01-22
      """
    When anna undoes the import
    Then the statistics of anna are
      | total_watched | 1   |
      | sum_ratings   | 5.0 |
