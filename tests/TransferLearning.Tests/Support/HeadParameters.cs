using TorchSharp.Modules;
using TransferLearning.Networks;

namespace TransferLearning.Tests.Support;

/// <summary>The weight and the bias of a head that is one layer.</summary>
internal static class HeadParameters
{
    extension(Backbone backbone)
    {
        /// <summary>float [outputs, features], or [outputs, features, 1, 1] of a convolution.</summary>
        public Parameter HeadWeight => backbone.HeadLayer.parameters().First();

        /// <summary>float [outputs]; null for a head without.</summary>
        public Parameter? HeadBias => backbone.HeadLayer.parameters().ElementAtOrDefault(1);
    }
}
