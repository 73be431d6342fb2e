Feature: A topic that another application fills is a way in

  Scenario: A film that is added is in the diary, with all that is made of it
    When the application publishes
      | type | film | day        | rating |
      | ADD  | Heat | 2025-01-20 | 4      |
    Then the diary of anna has
      | film | day        | rating |
      | Heat | 2025-01-20 | 4.0    |
    And the statistics of anna are
      | total_watched       | 1        |
      | rating_distribution | {"4": 1} |

  Scenario: A deletion means the play of that day, and takes off the rating that it has by now
    When the application publishes
      | type          | film | day        | rating | new |
      | ADD           | Heat | 2025-01-20 | 4      |     |
      | ADD           | Heat | 2025-02-01 | 2      |     |
      | UPDATE_RATING | Heat | 2025-01-20 | 4      | 5   |
      | DELETE        | Heat | 2025-01-20 | 4      |     |
    Then the diary of anna has
      | film | day        | rating |
      | Heat | 2025-02-01 | 2.0    |
    And the statistics of anna are
      | total_watched       | 1        |
      | rating_distribution | {"2": 1} |

  Scenario: A deletion of another day means the latest play of the film
    When the application publishes
      | type   | film | day        | rating |
      | ADD    | Heat | 2025-01-20 | 4      |
      | ADD    | Heat | 2025-02-01 | 2      |
      | DELETE | Heat | 2025-02-09 | 1      |
    Then the diary of anna has
      | film | day        | rating |
      | Heat | 2025-01-20 | 4.0    |

  Scenario: A play that nobody added counts as published
    When the application publishes
      | type   | film | day        | rating |
      | DELETE | Heat | 2025-01-20 | 4      |
    Then the diary of anna has nothing
    And the statistics of anna are
      | total_watched | -1   |
      | sum_ratings   | -4.0 |

  Scenario: Or it is parked, where the settings say so
    Given records of unknown plays are parked
    When the application publishes
      | type   | film | day        | rating |
      | DELETE | Heat | 2025-01-20 | 4      |
    Then a record is parked because "Heat is not in the diary of anna"
    And anna has no figures

  Scenario: A copy of a record, and an event id that comes again, are one event
    When the application publishes
      | type | film | day        | rating | id |
      | ADD  | Heat | 2025-01-20 | 4      |    |
      | ADD  | Heat | 2025-01-20 | 4      |    |
      | ADD  | Ali  | 2025-01-20 | 3      | x  |
      | ADD  | Ali  | 2025-01-21 | 3      | x  |
    Then the statistics of anna are
      | total_watched | 2 |

  Scenario: A film is still known by what it was added as
    When the application publishes
      | type | film | day        | rating |
      | ADD  | Heat | 2025-01-20 | 4      |
    And a person says that the film is "Heat, the Director's Cut"
    And the application publishes
      | type   | film | day        | rating |
      | DELETE | Heat | 2025-01-20 | 4      |
    Then the diary of anna has nothing
    And the statistics of anna are
      | total_watched | 0 |

  Scenario: Also beside another play of that film
    When the application publishes
      | type | film | day        | rating |
      | ADD  | Heat | 2025-01-20 | 4      |
    And a person says that the film is "Heat, the Director's Cut"
    And the application publishes
      | type   | film | day        | rating |
      | ADD    | Heat | 2025-02-01 | 2      |
      | DELETE | Heat | 2025-01-20 | 4      |
    Then the diary of anna has
      | film | day        | rating |
      | Heat | 2025-02-01 | 2.0    |

  Scenario Outline: A year that is missing here or there tells nothing
    When the application publishes
      | type   | film | year    | day        | rating |
      | ADD    | Heat | <added> | 2025-01-20 | 4      |
      | DELETE | Heat | <told>  | <day>      | 4      |
    Then the diary of anna has nothing
    And the statistics of anna are
      | total_watched | 0 |

    Examples:
      | added | told | day        |
      | 1995  |      | 2025-01-20 |
      | 1995  |      | 2025-01-21 |
      |       | 1995 | 2025-01-20 |
      | 1995  | MMX  | 2025-01-20 |

  Scenario: Of two films without a word for the year the day decides, or none is meant
    When the application publishes
      | type   | film | year | day        | rating |
      | ADD    | Heat | 1986 | 2025-01-19 | 2      |
      | ADD    | Heat | 1995 | 2025-01-20 | 4      |
      | DELETE | Heat |      | 2025-01-20 | 4      |
      | ADD    | Heat | 1995 | 2025-01-22 | 5      |
      | DELETE | Heat |      | 2025-01-23 | 3      |
    Then the diary of anna has
      | film | day        | rating |
      | Heat | 2025-01-19 | 2.0    |
      | Heat | 2025-01-22 | 5.0    |
    And the statistics of anna are
      | total_watched | 1 |

  Scenario: Who is forgotten does not come back, and leaves nothing below zero
    When the application publishes
      | type   | film | day        | rating |
      | ADD    | Heat | 2025-01-20 | 4      |
      | DELETE | Ali  | 2025-01-20 | 4      |
    And anna is forgotten
    And the topic is read from its beginning
    Then anna has no figures
    And nothing of anna is in the trends
