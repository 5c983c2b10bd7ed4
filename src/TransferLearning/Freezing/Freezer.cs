using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks;

namespace TransferLearning.Freezing;

/// <summary>Carries a freeze policy out on a network: gradients, modes and batch-norm statistics. Epochs count from 1.</summary>
/// <remarks>Dropout stays active within frozen parts, as in PyTorch and Keras: it is no parameter, and the layers above learn to bear it.</remarks>
internal sealed class Freezer
{
    private readonly Backbone _backbone;
    private readonly FreezePolicy _policy;
    private readonly BatchNormMode _batchNorm;

    /// <summary>Binds a policy to a network, which is borrowed.</summary>
    /// <exception cref="ArgumentException">The policy does not fit the network.</exception>
    public Freezer(Backbone backbone, FreezePolicy policy, BatchNormMode batchNorm)
    {
        string[] problems = Problems(policy, backbone.Info, [.. ParameterNames(backbone)]);
        if (problems.Length > 0)
            throw new ArgumentException(string.Join(' ', problems), nameof(policy));

        _backbone = backbone;
        _policy = policy;
        _batchNorm = Require.Defined(batchNorm);
    }

    /// <summary>Why a policy does not fit a network: it names what is not there, or leaves nothing to train in the first epoch.</summary>
    /// <remarks>The parameters' names are enumerated only where the metadata do not suffice.</remarks>
    public static string[] Problems(FreezePolicy policy, BackboneInfo info, IEnumerable<string> parameterNames)
    {
        string[] unknown = [.. policy.Problems(info, parameterNames)];
        if (unknown.Length > 0)
            return unknown;

        bool headIsFrozen = policy.Freezes($"{info.Head}.weight", info, epoch: 1);
        return headIsFrozen && parameterNames.All(name => policy.Freezes(name, info, epoch: 1))
            ? [$"The freeze policy leaves nothing of {info.Name} to train in epoch 1. Free at least the head, '{info.Head}'."]
            : [];
    }

    /// <summary>Lets gradients flow to the parameters that learn in an epoch, and to no other; drops the gradients of the frozen ones.</summary>
    /// <returns>The trainable parameters with their full names, in the network's order; owned by the network.</returns>
    /// <exception cref="InvalidOperationException">The policy freezes every parameter in this epoch.</exception>
    public IReadOnlyList<(string Name, Parameter Parameter)> Apply(int epoch)
    {
        var trainable = new List<(string, Parameter)>();
        foreach ((string name, Parameter parameter) in _backbone.Network.named_parameters())
        {
            bool frozen = _policy.Freezes(name, _backbone.Info, epoch);
            parameter.requires_grad = !frozen;
            if (frozen)
                parameter.grad = null;
            else
                trainable.Add((name, parameter));
        }

        if (trainable.Count == 0)
            throw new InvalidOperationException($"The freeze policy leaves nothing of {_backbone.Info.Name} to train in epoch {epoch}.");
        return trainable;
    }

    /// <summary>How many of the network's first stages are frozen in an epoch, so that what they give is the same from step to step.</summary>
    public int FrozenStages(int epoch) => ParameterNames(_backbone)
        .Where(name => !_policy.Freezes(name, _backbone.Info, epoch))
        .Min(name => _backbone.Info.Stages.TakeWhile(stage => !stage.Covers(name)).Count());

    /// <summary>Puts the network into training mode, but for the batch norms whose statistics are frozen in this epoch.</summary>
    public void EnterTraining(int epoch)
    {
        _backbone.Network.train();
        foreach ((string name, TorchSharp.torch.nn.Module module) in _backbone.Network.named_modules())
        {
            if (module is BatchNorm layer && IsFrozen(name, layer, epoch))
                layer.eval();
        }
    }

    /// <summary>Puts the whole network into evaluation mode.</summary>
    public void EnterEvaluation() => _backbone.Network.eval();

    private static IEnumerable<string> ParameterNames(Backbone backbone) => backbone.Network.named_parameters().Select(entry => entry.name);

    private bool IsFrozen(string layerName, BatchNorm layer, int epoch)
    {
        if (_batchNorm == BatchNormMode.Frozen)
            return true;

        // A batch norm without scale and shift has only statistics: the policy decides on those by their names.
        return layer.named_parameters(recurse: false)
            .Select(entry => entry.name)
            .DefaultIfEmpty("running_mean")
            .All(name => _policy.Freezes($"{layerName}.{name}", _backbone.Info, epoch));
    }
}
