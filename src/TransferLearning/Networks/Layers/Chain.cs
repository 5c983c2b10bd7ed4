using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>A layer that is made of others, its fields. It does not register them itself: TorchSharp does when the layer is registered.</summary>
/// <param name="name">The name of the layer's type.</param>
internal abstract class Composite(string name) : nn.Module<Tensor, Tensor>(name);

/// <summary>Modules one after another under the keys "0", "1" and so on, or under keys of their own, any run of which can be computed.</summary>
/// <remarks>A module that is null is left out.</remarks>
internal class Chain() : Composite(nameof(Chain))
{
    private readonly List<nn.Module<Tensor, Tensor>> _links = [];

    public Chain(params IEnumerable<nn.Module<Tensor, Tensor>?> links) : this()
    {
        foreach (nn.Module<Tensor, Tensor>? link in links)
            Append(link);
    }

    public Chain(params IEnumerable<(string Key, nn.Module<Tensor, Tensor>? Link)> links) : this()
    {
        foreach ((string key, nn.Module<Tensor, Tensor>? link) in links)
            Append(key, link);
    }

    public int Count => _links.Count;

    public nn.Module<Tensor, Tensor> this[int index] => _links[index];

    /// <summary>Each module by itself, as a step of a forward pass.</summary>
    public IEnumerable<Func<Tensor, Tensor>> Calls => _links.Select(link => (Func<Tensor, Tensor>)link.call);

    public void Append(nn.Module<Tensor, Tensor>? link) => Append($"{_links.Count}", link);

    /// <summary>Appends a module under a key of its own.</summary>
    public void Append(string key, nn.Module<Tensor, Tensor>? link)
    {
        if (link is null)
            return;
        register_module(key, link);
        _links.Add(link);
    }

    public override Tensor forward(Tensor input) => Run(input, 0, _links.Count);

    /// <summary>Goes through the modules from <paramref name="first"/> to before <paramref name="end"/>; at least one. The input is borrowed.</summary>
    public Tensor Run(Tensor input, int first, int end)
    {
        Tensor output = _links[first].call(input);
        for (int index = first + 1; index < end; index++)
            output = output.Then(_links[index]);
        return output;
    }
}

/// <summary>A chain beside a shortcut: its input is added to its output, where they are of one size.</summary>
internal sealed class Residual(bool hasShortcut, params IEnumerable<(string Key, nn.Module<Tensor, Tensor>? Link)> links) : Chain(links)
{
    private readonly Addition? add = hasShortcut ? new() : null;

    public override Tensor forward(Tensor input) => base.forward(input).Then(add, input);
}
