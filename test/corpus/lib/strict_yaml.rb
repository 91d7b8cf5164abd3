# YAML in which a key stands once in its mapping. Psych lets the last one win, and
# what the first one said is lost without a word.
require "psych"

module StrictYaml
  class Error < StandardError; end

  def self.load_file(path)
    text = File.read(path)
    refuse_duplicates(Psych.parse(text, filename: path), path)
    Psych.safe_load(text, filename: path)
  rescue Psych::Exception => e
    raise Error, e.message
  end

  def self.refuse_duplicates(node, path)
    return unless node.respond_to?(:children) && node.children
    if node.is_a?(Psych::Nodes::Mapping)
      seen = {}
      node.children.each_slice(2) do |key, _|
        next unless key.is_a?(Psych::Nodes::Scalar)
        line = key.start_line + 1
        first = seen[key.value]
        raise Error, "#{path}:#{line}: the key '#{key.value}' stands in line #{first} already" if first
        seen[key.value] = line
      end
    end
    node.children.each { |child| refuse_duplicates(child, path) }
  end
  private_class_method :refuse_duplicates
end
