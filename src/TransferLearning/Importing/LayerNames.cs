using System.Globalization;
using System.Text;

namespace TransferLearning.Importing;

/// <summary>The keys of layers in a network, each of which is given once.</summary>
/// <param name="taken">A key that no layer gets.</param>
internal sealed class LayerNames(string taken)
{
    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase) { [taken] = 1 };

    /// <summary>The key for a node of this name: what is no letter or digit becomes an underscore, for a period would begin another module.</summary>
    public string Add(string name)
    {
        var key = new StringBuilder();
        foreach (char letter in name.Take(100))
            key.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        string start = key.ToString().Trim('_');
        if (start.Length == 0 || char.IsAsciiDigit(start[0]))
            start = "node" + start;
        string unique = start;
        while (!_names.TryAdd(unique, 1))
            unique = string.Create(CultureInfo.InvariantCulture, $"{start}_{++_names[start]}");
        return unique;
    }
}
