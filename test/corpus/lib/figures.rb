# Counts and prints what the checker found against what was expected.
class Figures
  KINDS = %i[found missed severity false_alarm unadjudicated].freeze

  def initialize(title)
    @title = title
    @lists = KINDS.to_h { |kind| [kind, []] }
    @within = Hash.new(0)
    @true_findings = 0
    @regions = @regions_expected = 0
    @failures = []
    @notes = []
  end

  attr_reader :lists, :within, :true_findings, :regions, :regions_expected, :failures

  def compare(adjudication, result)
    @regions = result.summary.fetch("regions")
    @regions_expected = adjudication.regions.size
    unresolved = result.summary.fetch("callbacks_unresolved", {})
    @notes << "callbacks unresolved: #{unresolved}" unless unresolved.empty?
    budget = result.summary.fetch("over_budget", {})
    @notes << "over budget: #{budget}" unless budget.empty?
    fail("#{result.unreadable} files were not analysed") if result.unreadable.positive?
    @notes << "saw none of #{regions_expected} regions" if regions.zero? && regions_expected.positive?

    adjudication.expected.each do |expected|
      hits = result.findings.select { |finding| expected.match?(finding) }
      within[hits.empty? ? :missed : :found] += 1 unless expected.across_files
      if hits.empty?
        lists[:missed] << expected.to_s
      else
        lists[:found] << expected.to_s
        levels = hits.map { |hit| hit["severity"] }.uniq
        lists[:severity] << "#{expected}, the checker says #{levels.join(', ')}" unless levels.include?(expected.severity)
      end
    end
    # A defect is a rule and a place: ten raises of one macro are one.
    result.findings.uniq { |finding| finding.values_at("rule", "file", "function") }.each do |finding|
      if adjudication.expected.any? { |expected| expected.match?(finding) }
        @true_findings += 1
      else
        text = format("%<file>s:%<line>d: %<function>s: %<rule>s (%<severity>s) %<message>s",
                      finding.transform_keys(&:to_sym))
        lists[adjudication.false_alarm?(finding) ? :false_alarm : :unadjudicated] << text
      end
    end
  end

  def fail(reason)
    @failures << "#{@title}: #{reason}"
  end

  def add(other)
    KINDS.each { |kind| lists[kind].concat(other.lists[kind]) }
    other.within.each { |kind, number| within[kind] += number }
    @true_findings += other.true_findings
    @regions += other.regions
    @regions_expected += other.regions_expected
    @failures.concat(other.failures)
    @notes << "" # one gem
  end

  def print
    puts "#{@title}: #{line}"
    failures.each { |reason| puts "  failed         #{reason}" }
    @notes.each { |note| puts "  note           #{note}" }
    (KINDS - [:found]).each do |kind|
      lists[kind].each { |text| puts format("  %-14<kind>s %<text>s", kind: kind.to_s.tr("_", " "), text: text) }
    end
  end

  def print_total
    puts
    puts "#{@notes.size} gems, #{failures.size} failures; #{regions} regions seen, #{regions_expected} read"
    puts "total: #{line}"
    puts "precision #{ratio(true_findings, true_findings + wrong)}, " \
         "recall #{ratio(lists[:found].size, lists[:found].size + lists[:missed].size)}"
    puts "recall of what one file shows #{ratio(within[:found], within[:found] + within[:missed])}"
    puts "#{lists[:unadjudicated].size} findings are unadjudicated and count as false until read" if lists[:unadjudicated].any?
  end

  def status
    return 2 if failures.any?
    (lists[:missed] + lists[:severity] + lists[:false_alarm] + lists[:unadjudicated]).empty? ? 0 : 1
  end

  private

  def wrong = lists[:false_alarm].size + lists[:unadjudicated].size

  def line
    format("%<found>d found, %<missed>d missed, %<false>d false, %<new>d new, %<severity>d of other severity",
           found: lists[:found].size, missed: lists[:missed].size, false: lists[:false_alarm].size,
           new: lists[:unadjudicated].size, severity: lists[:severity].size)
  end

  def ratio(part, whole) = whole.zero? ? "undefined (nothing to judge)" : format("%.3f (%d of %d)", part.fdiv(whole), part, whole)
end
