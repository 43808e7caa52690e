import MailEvents

/// Times in words, seen from the end of the log.
struct TimeWords {
  /// When the log ends: "today" of the report.
  let end: Timestamp?
  let clock: WallClock

  /// `Mon 00:14` when the weekday says which day is meant, else `23 Nov 2026 00:14`.
  func moment(_ time: Timestamp) -> String {
    let civil = CivilTime(time, clock: clock)
    return "\(day(civil)) \(civil.clockText)"
  }

  private func day(_ civil: CivilTime) -> String {
    if let end {
      let distance = CivilTime(end, clock: clock).dayNumber - civil.dayNumber
      if (0...6).contains(distance) { return civil.weekdayName }
    }
    return "\(civil.day) \(civil.monthName) \(civil.year)"
  }

  /// `since Mon 00:14, ongoing` or `Mon 00:14 – 00:50 (36 min)`; nil when no time is known.
  func incident(since: Timestamp?, until: Timestamp?, isOngoing: Bool) -> String? {
    let since = since.flatMap { $0.isKnown ? $0 : nil }
    let until = until.flatMap { $0.isKnown ? $0 : nil }
    if isOngoing { return since.map { "since \(moment($0)), ongoing" } ?? "ongoing" }
    guard let since else { return until.map { "until \(moment($0))" } }
    guard let until else { return "since \(moment(since))" }
    let from = CivilTime(since, clock: clock)
    let to = CivilTime(until, clock: clock)
    let seconds = Double(until.seconds - since.seconds)
    if seconds < 1 { return moment(since) }
    let end =
      from.dayNumber == to.dayNumber
      ? to.clockText : moment(until)
    if seconds < 60 { return "\(moment(since)), within \(Figures.counted(Int(seconds), "second"))" }
    // Whole minutes are enough for an incident.
    let duration = Figures.duration((seconds / 60).rounded() * 60)
    return "\(moment(since)) – \(end) (\(duration))"
  }

  /// `Sun 22 Nov 00:00 – Mon 23 Nov 02:11 (+01:00)`: what the log covers.
  func window(since: Timestamp?, until: Timestamp?) -> String? {
    let times = [since, until].compactMap { $0 }.filter(\.isKnown)
      .map { CivilTime($0, clock: clock) }
    guard let first = times.first, let last = times.last else { return nil }
    // Years are said when the log crosses New Year; offsets twice when the clocks were changed.
    let withYear = first.year != last.year
    func text(_ civil: CivilTime) -> String {
      let year = withYear ? " \(civil.year)" : ""
      return "\(civil.weekdayName) \(civil.day) \(civil.monthName)\(year) \(civil.clockText)"
    }
    if first == last { return "\(text(first)) (\(first.offsetText))" }
    if first.offset == last.offset { return "\(text(first)) – \(text(last)) (\(last.offsetText))" }
    return "\(text(first)) (\(first.offsetText)) – \(text(last)) (\(last.offsetText))"
  }
}
