namespace TransferLearning.Tests.Backbones;

/// <summary>The names of the built-in networks, small to large, for tests that take them one by one.</summary>
internal static class NetworkNames
{
    private const long Moderate = 60_000_000;

    public static TheoryData<string> All { get; } = [.. BySize()];

    /// <summary>Those of moderate size, among which is every family: for what cannot differ between a family's members but would cost gigabytes and minutes for the largest.</summary>
    public static TheoryData<string> OfModerateSize { get; } = [.. BySize().Where(name => Parameters(name) <= Moderate)];

    private static IEnumerable<string> BySize() => Pretrained.Names.OrderBy(Parameters);

    private static long Parameters(string name) => Pretrained.ByName(name).Published!.Parameters;
}
