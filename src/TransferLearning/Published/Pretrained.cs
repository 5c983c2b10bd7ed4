using TransferLearning.Internal;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The networks to start from: built in with their official ImageNet weights, or your own.</summary>
/// <remarks>
/// A network's method is named as <see cref="ByName"/> names it, words with capitals and without underscores; one stays
/// between two digits: "vgg16_bn" is <c>Vgg16Bn</c>, "regnet_x_1_6gf" is <c>RegNetX1_6GF</c>. The percentage is the
/// top-1 accuracy of the default weights on ImageNet's validation images, and the megabytes are those of their file.
/// </remarks>
public static partial class Pretrained
{
    /// <summary>The names that <see cref="ByName"/> knows, family by family, small to large.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BuiltInNetworks.All.Select(entry => entry.Info.Name)];

    /// <summary>
    /// Every official weights file of every built-in network, family by family, a network's default weights last: what a choice by accuracy,
    /// size, computation or license starts from.
    /// </summary>
    public static IReadOnlyList<PublishedBackbone> Catalog { get; } = [.. BuiltInNetworks.All.SelectMany(entry => entry.Weights)];

    /// <summary>A built-in network by the field's name for it.</summary>
    /// <param name="name">One of <see cref="Names"/>, such as "resnet18".</param>
    /// <param name="weights">Which of the official weights.</param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">No network has this name, or it has no such weights; the message names what there is.</exception>
    public static PretrainedBackbone ByName(string name, OfficialWeights weights = OfficialWeights.Default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return BuiltInNetworks.Find(name) is { Weights.Count: > 0 } entry
            ? entry.With(weights)
            : throw new ArgumentException(
                $"No built-in network is called '{name}'. Did you mean '{NearestName.Of(name, Names)}'? There are: {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Your own network, with the weights that it has now.</summary>
    /// <param name="network">
    /// From images, float32 [N, 3, H, W], to logits, float32 [N, outputs]. It is handed over when it is opened, which can happen once.
    /// </param>
    /// <param name="info">Its metadata; the head must be a linear layer.</param>
    /// <returns>The network, to be opened as it is.</returns>
    public static PretrainedBackbone From(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        ArgumentNullException.ThrowIfNull(network);
        bool handedOver = false;
        return From(HandOver, info);

        nn.Module<Tensor, Tensor> HandOver()
        {
            if (Interlocked.Exchange(ref handedOver, true))
            {
                throw new InvalidOperationException(
                    $"{info.Name} was opened before, and that backbone owns the network. To open it " +
                    "more than once, pass a function that builds it: Pretrained.From(() => ..., info).");
            }
            return network;
        }
    }

    /// <summary>Your own network, built each time that it is opened, with the weights that it is built with.</summary>
    /// <param name="build">Builds the network: from images, float32 [N, 3, H, W], to logits, float32 [N, outputs]. The caller owns what it returns.</param>
    /// <param name="info">Its metadata; the head must be a linear layer.</param>
    /// <returns>The network, to be opened as it is.</returns>
    public static PretrainedBackbone From(Func<nn.Module<Tensor, Tensor>> build, BackboneInfo info)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(info);
        return new PretrainedBackbone { Info = info, Build = build, Weights = new WeightsSource.AsBuilt() };
    }

    /// <summary>A network that PyTorch wrote as TorchScript, code and weights in one file, with a new head behind it. Its code is run.</summary>
    /// <remarks>
    /// TorchScript is a program: opening the network and computing with it run what the file says, which can read and write whatever you can.
    /// Take it from whom you would take an executable. No other file of weights has code that is run. The script stays in evaluation mode while
    /// its weights learn. Loading a model file of it takes <c>PredictorOptions.Backbone</c>.
    /// </remarks>
    /// <param name="path">
    /// What <c>torch.jit.script(network).save(path)</c> wrote: from images, float32 [N, 3, H, W], to features, [N, features], or maps [N,
    /// features, H, W], which are averaged.
    /// </param>
    /// <param name="featureSize">The number of features; at least 1.</param>
    /// <param name="preprocessing">How the network wants its images; as ImageNet's networks do by default.</param>
    /// <param name="allowCodeExecution">True consents to run the file's code.</param>
    /// <returns>The network, to be opened as it is; it is named after the file and its content.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="featureSize"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="allowCodeExecution"/> is false.</exception>
    public static PretrainedBackbone FromTorchScript(
        string path, int featureSize, Preprocessing? preprocessing = null, bool allowCodeExecution = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!allowCodeExecution)
        {
            throw new ArgumentException(
                $"'{path}' would be opened as TorchScript, a program that can read and write whatever you can. If you trust it as you would an executable, " +
                $"consent by {nameof(allowCodeExecution)}: true; weights alone, in which nothing runs, are opened by WithWeights.", nameof(allowCodeExecution));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(featureSize, 1);
        path = Path.GetFullPath(path);
        return From(() => new TorchScriptNetwork(path, featureSize), TorchScriptNetwork.Describe(path, featureSize, preprocessing ?? new Preprocessing()));
    }
}
