using TransferLearning.Networks;
using TransferLearning.Networks.Architectures;
using TransferLearning.Published;

namespace TransferLearning.Tests.Networks;

/// <summary>The names of the built-in networks, timm's own among them, small to large, for tests that take them one by one.</summary>
internal static class NetworkNames
{
    private const long Moderate = 60_000_000;

    private static readonly CatalogEntry[] _networks = [.. BuiltInNetworks.All.Concat(BuiltInNetworks.OfTimm).OrderBy(Parameters)];

    private static readonly Type[] _families = [.. typeof(ResNet).Assembly.GetTypes().Where(type => type.Namespace == typeof(ResNet).Namespace)];

    public static TheoryData<string> All { get; } = [.. _networks.Select(Name)];

    /// <summary>The smallest of each family: for what cannot differ between a family's members.</summary>
    public static TheoryData<string> OfEachFamily { get; } = [.. SmallestOfFamilies().Select(Name)];

    /// <summary>Those of moderate size, and the smallest of the families that have none: for what cannot differ between a family's members but would cost gigabytes and minutes for the largest.</summary>
    public static TheoryData<string> OfModerateSize { get; } = [.. _networks.Where(network => Parameters(network) <= Moderate).Union(SmallestOfFamilies()).Select(Name)];

    /// <summary>Those that cannot take images of every size.</summary>
    public static TheoryData<string> WithASmallestSide { get; } = [.. _networks.Where(network => network.Info.Sides is { Largest: null, Smallest: > 1 }).Select(Name)];

    private static IEnumerable<CatalogEntry> SmallestOfFamilies() => _networks.GroupBy(network => _families.First(family => Members(family).Contains(network.Architecture))).Select(members => members.First());

    // A family's networks are those that its class lists.
    private static IEnumerable<NetworkArchitecture> Members(Type family) =>
        new[] { nameof(VisionTransformer.Catalog), nameof(VisionTransformer.OfTimm) }.SelectMany(list => (IEnumerable<NetworkArchitecture>?)family.GetProperty(list)?.GetValue(null) ?? []);

    private static string Name(CatalogEntry network) => network.Info.Name;

    private static long Parameters(CatalogEntry network)
    {
        if (network.Weights.Count > 0)
            return network.Weights[^1].Parameters;
        using TorchSharp.torch.nn.Module built = network.Architecture.BuildFor(network.Info.Preprocessing.CropTo);
        return built.parameters().Sum(parameter => parameter.numel());
    }
}
