using System.Text.Json;

namespace TransferLearning.Networks;

/// <summary>A network's layers without its weights, in a form that a model file can carry.</summary>
/// <param name="Format">The name of the form: that of an <c>INetworkFormat</c>.</param>
/// <param name="Settings">The network, as a JSON object.</param>
public sealed record NetworkDescription(string Format, JsonElement Settings);
