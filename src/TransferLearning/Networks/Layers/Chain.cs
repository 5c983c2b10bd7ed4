using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Modules one after another under the keys "0", "1" and so on, or under keys of their own, any run of which can be computed.</summary>
internal sealed class Chain : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.Module<Tensor, Tensor>> _links = [];

    public Chain(params IEnumerable<nn.Module<Tensor, Tensor>> links) : base(nameof(Chain))
    {
        foreach (nn.Module<Tensor, Tensor> link in links)
            Append(link);
    }

    public int Count => _links.Count;

    public nn.Module<Tensor, Tensor> this[int index] => _links[index];

    public void Append(nn.Module<Tensor, Tensor> link) => Append($"{_links.Count}", link);

    /// <summary>Appends a module under a key of its own.</summary>
    public void Append(string key, nn.Module<Tensor, Tensor> link)
    {
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
